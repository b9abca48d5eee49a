using System.Diagnostics;
using GoCart.AppHost.Local;

namespace GoCart.Tests.Infrastructure;

/// <summary>The services' executables as the build left them, run as processes of their own.</summary>
internal static class ServiceProcess
{
    /// <summary>The terminal client's executable.</summary>
    public static string CliPath => Path("Cli", "gocart.dll");

    /// <summary>The path of an executable, such as GoCart.Orders.dll for orders.</summary>
    public static string Path(string service)
    {
        var name = char.ToUpperInvariant(service[0]) + service[1..];
        return Path(name, $"GoCart.{name}.dll");
    }

    private static string Path(string project, string file)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        return System.IO.Path.GetFullPath(
            System.IO.Path.Combine(AppContext.BaseDirectory, "..", "..", project, configuration, file));
    }

    /// <summary>Runs <c>migrate</c>; users also gets its administrator.</summary>
    public static async Task MigrateAsync(string service, DatabaseConnections database)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path(service), "migrate" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["DOTNET_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["ConnectionStrings__Database"] = database.Service,
                ["ConnectionStrings__Migrations"] = database.Owner + ";Pooling=false",
            },
        };
        if (service == "users")
            start.ArgumentList.Add("--seed");

        await ProgramRun.OfSuccessAsync(start);
    }
}
