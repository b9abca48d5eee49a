using System.Runtime.InteropServices;
using GoCart.AppHost.Local;

namespace GoCart.AppHost.Starting;

/// <summary>The services as they were built, beside us: artifacts/bin/Orders/debug/GoCart.Orders.dll.</summary>
internal static class ServicePrograms
{
    /// <summary>The host that runs us runs them, too, whatever PATH says.</summary>
    private static readonly string Dotnet =
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    public static ChildCommand Command(
        string service, string name, string logFile, IReadOnlyDictionary<string, string?> settings, params string[] arguments)
    {
        var program = PathOf(service);
        return new ChildCommand(name, Dotnet, [program, .. arguments])
        {
            LogFile = logFile,
            // A web application looks for its appsettings.json where it is started.
            WorkingDirectory = Path.GetDirectoryName(program)!, // a full path
            Environment = settings,
        };
    }

    private static string PathOf(string service)
    {
        // bin/AppHost/debug for us, bin/Tests/debug for tests that start a store: one folder a configuration.
        var ours = new DirectoryInfo(AppContext.BaseDirectory);
        var project = StoreLayout.ProjectOf(service);
        var path = Path.GetFullPath(Path.Combine(ours.FullName, "..", "..", project, ours.Name, $"GoCart.{project}.dll"));
        return File.Exists(path)
            ? path
            : throw new ServerFailedException($"{path} is missing. Build the whole solution: dotnet build");
    }
}
