using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GoCart.BuildingBlocks.Hosting;

/// <summary>Section <c>Store</c>: what is the same in the whole store. Handlers take it as <c>IOptions&lt;StoreOptions&gt;</c>.</summary>
public sealed class StoreOptions
{
    public const string Section = "Store";

    private const string Rule = "Set Store:Currency to three letters of ISO 4217, such as USD.";

    /// <summary>ISO 4217; every price and total of the store is in its minor unit. Set once, before the first sale.</summary>
    [Required(ErrorMessage = Rule), RegularExpression("^[A-Z]{3}$", ErrorMessage = Rule)]
    public string Currency { get; init; } = "USD";
}

public static class StoreOptionsSetup
{
    public static void AddStoreOptions(this IHostApplicationBuilder builder) =>
        builder.Services.AddOptions<StoreOptions>()
            .BindConfiguration(StoreOptions.Section).ValidateDataAnnotations().ValidateOnStart();
}
