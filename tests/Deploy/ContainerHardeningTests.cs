using System.Text.RegularExpressions;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Deploy;

/// <summary>What the files of deploy/ take away from a container before anybody breaks into it.</summary>
public sealed partial class ContainerHardeningTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Containers => [.. ComposeFile.ReadServices().Keys];

    [Theory]
    [MemberData(nameof(Containers))]
    public void A_container_writes_to_its_volumes_and_to_memory_and_nowhere_else(string container)
    {
        var service = ComposeFile.ReadServices()[container];

        Assert.Contains("read_only: true", service);
        Assert.Contains(service, line => line.StartsWith("tmpfs: [/tmp", StringComparison.Ordinal));
        // What comes from the host is read.
        Assert.All(service.Where(line => line.StartsWith("- ./", StringComparison.Ordinal)), line => Assert.EndsWith(":ro", line, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Containers))]
    public void A_container_has_none_of_roots_powers_but_those_its_first_lines_need(string container)
    {
        var service = ComposeFile.ReadServices()[container];
        var isServer = container.StartsWith("rabbitmq", StringComparison.Ordinal) || container.Contains("-db", StringComparison.Ordinal);

        Assert.Contains("cap_drop: [ALL]", service);
        Assert.Contains("""security_opt: ["no-new-privileges:true"]""", service);
        Assert.Equal(
            isServer ? ["cap_add: [CHOWN, DAC_OVERRIDE, FOWNER, SETGID, SETUID]"] : [],
            service.Where(line => line.StartsWith("cap_add", StringComparison.Ordinal)));
        Assert.DoesNotContain(service, line => Forbidden().IsMatch(line));
    }

    [Theory]
    [MemberData(nameof(Containers))]
    public void A_container_that_stays_is_asked_for_its_health_and_reached_from_this_machine_only(string container)
    {
        var service = ComposeFile.ReadServices()[container];

        if (!container.EndsWith("-migrate", StringComparison.Ordinal))
            Assert.Contains(service, line => line.StartsWith("healthcheck:", StringComparison.Ordinal));
        foreach (var line in service.Where(line => line.StartsWith("ports:", StringComparison.Ordinal)))
        {
            var ports = PublishedPort().Matches(line);
            Assert.NotEmpty(ports);
            Assert.All(ports, port => Assert.StartsWith("127.0.0.1:", port.Groups[1].Value, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Containers))]
    public void An_image_is_ours_or_of_a_version_that_is_named_to_the_patch(string container)
    {
        var image = ComposeFile.ReadServices()[container].Single(line => line.StartsWith("image:", StringComparison.Ordinal));

        Assert.Matches(@"^image: (gocart-[a-z]+|postgres:\d+\.\d+|rabbitmq:\d+\.\d+\.\d+-management)$", image);
    }

    [Fact]
    public async Task The_image_of_a_service_has_a_user_of_its_own_and_restores_what_the_lock_files_say()
    {
        var lines = await File.ReadAllLinesAsync(Repository.Path("deploy/Dockerfile"), Cancelled);

        var final = lines.SkipWhile(line => !line.Contains("-chiseled", StringComparison.Ordinal)).ToArray();
        Assert.Contains("USER $APP_UID", final);
        Assert.DoesNotContain(final, line => line.StartsWith("RUN ", StringComparison.Ordinal)); // it has no shell
        Assert.Contains(lines, line => line.StartsWith("RUN dotnet restore", StringComparison.Ordinal) && line.EndsWith("--locked-mode", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_secret_stands_in_a_file_of_deploy_or_goes_into_an_image()
    {
        var compose = string.Concat(ComposeFile.Paths.Select(path => File.ReadAllText(Repository.Path(path))));
        var example = await File.ReadAllLinesAsync(Repository.Path("deploy/.env.example"), Cancelled);
        var ignored = await File.ReadAllLinesAsync(Repository.Path(".dockerignore"), Cancelled);
        var secrets = Secret().Matches(compose);
        var blanks = example
            .Where(line => line.Contains("PASSWORD", StringComparison.Ordinal) || line.StartsWith("PAGING_KEY", StringComparison.Ordinal))
            .ToArray();

        // Every password and key comes from .env, and compose refuses to start without it.
        Assert.NotEmpty(secrets);
        Assert.All(secrets, match => Assert.StartsWith("${", match.Groups["value"].Value, StringComparison.Ordinal));
        Assert.DoesNotContain(secrets, match => match.Value.Contains(":-", StringComparison.Ordinal));
        Assert.NotEmpty(blanks);
        Assert.All(blanks, line => Assert.EndsWith("=", line, StringComparison.Ordinal));
        Assert.Contains("**/.env", ignored);
        Assert.Contains("**/*.pem", ignored);
    }

    [GeneratedRegex("privileged|network_mode|pid:|docker.sock|devices:|user: *\"?(root|0)")]
    private static partial Regex Forbidden();

    [GeneratedRegex("\"([0-9.:]+)\"")]
    private static partial Regex PublishedPort();

    [GeneratedRegex(@"(?:PASSWORD|COOKIE|Paging__Key|Password)[:=] *(?<value>[^;\s]+)")]
    private static partial Regex Secret();
}
