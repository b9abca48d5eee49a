using System.Diagnostics;
using GoCart.AppHost;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Deploy;

/// <summary>The services of one release, as its build left them.</summary>
/// <param name="Name">Of its log files.</param>
/// <param name="PathOf">Of a service's program.</param>
internal sealed record Release(string Name, Func<string, string> PathOf)
{
    public static Release Current { get; } = new("new", ServiceProcess.Path);

    /// <summary>
    /// Builds the release before this one: the last tag, or the commit that deploy/previous-release names. Its files and everything
    /// built from them lie in that folder, away from ours.
    /// </summary>
    /// <returns>Null where the repository does not have it, as in a clone without history.</returns>
    public static async Task<Release?> BuildPreviousAsync(string folder)
    {
        if (await FindPreviousAsync() is not { } commit)
            return null;

        Directory.CreateDirectory(folder);
        var archive = Path.Combine(folder, "release.tar");
        await ProgramRun.OfSuccessAsync(Git("archive", "--output", archive, commit));
        await ProgramRun.OfSuccessAsync(new("tar", ["--extract", "--file", archive, "--directory", folder]));
        // It was checked when it was new.
        await ProgramRun.OfSuccessAsync(new("dotnet",
        [
            "build", "src/AppHost", "--nologo", "--verbosity", "quiet", "-nodeReuse:false",
            "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false",
        ])
        { WorkingDirectory = folder });

        return new("old", service =>
        {
            var project = StoreLayout.ProjectOf(service);
            return Path.Combine(folder, "artifacts", "bin", project, "debug", $"GoCart.{project}.dll");
        });
    }

    private static async Task<string?> FindPreviousAsync()
    {
        // Not the tag of this very commit.
        var tag = await ProgramRun.OfAsync(Git("describe", "--tags", "--match", "v*", "--abbrev=0", "HEAD~1"));
        var name = tag.ExitCode == 0
            ? tag.Output.Trim()
            : (await File.ReadAllTextAsync(Repository.Path("deploy/previous-release"))).Trim();
        var found = await ProgramRun.OfAsync(Git("rev-parse", "--verify", "--quiet", $"{name}^{{commit}}"));
        return found.ExitCode == 0 ? found.Output.Trim() : null;
    }

    private static ProcessStartInfo Git(params string[] arguments) => new("git", arguments) { WorkingDirectory = Repository.Path(".") };
}
