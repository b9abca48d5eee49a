namespace GoCart.Gateway.Shedding;

internal static class SheddingSetup
{
    public static void AddLoadShedding(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<SheddingOptions>()
            .BindConfiguration(SheddingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<LoadShedding>();
    }
}
