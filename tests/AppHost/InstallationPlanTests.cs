using GoCart.AppHost.Installing;

namespace GoCart.Tests.AppHost;

public sealed class InstallationPlanTests
{
    private static readonly MachineAbilities Nothing = new(HasApt: false, IsRoot: false, HasSudo: false, HasContainers: false);
    private static readonly MachineAbilities Debian = Nothing with { HasApt = true };

    private static readonly IReadOnlyList<Requirement> Servers = [Requirement.Postgres, Requirement.Rabbit];

    [Fact]
    public void With_everything_there_nothing_is_done() =>
        Assert.Empty(Assert.IsType<InstallationPlan.Proceed>(InstallationPlan.For([], Nothing)).InContainers);

    [Fact]
    public void Root_installs_what_is_missing()
    {
        var plan = InstallationPlan.For(Requirement.All, Debian with { IsRoot = true });

        var install = Assert.IsType<InstallationPlan.Install>(plan);
        Assert.False(install.ThroughSudo);
        Assert.Equal("postgresql rabbitmq-server libsodium23", InstallationPlan.Packages(install.Missing));
    }

    [Fact]
    public void Who_may_become_root_without_a_password_installs_through_sudo()
    {
        var plan = InstallationPlan.For([Requirement.Sodium], Debian with { HasSudo = true });

        Assert.True(Assert.IsType<InstallationPlan.Install>(plan).ThroughSudo);
    }

    [Fact]
    public void Who_may_install_nothing_is_told_the_command()
    {
        var plan = InstallationPlan.For(Servers, Debian);

        Assert.Equal("sudo apt-get install --no-install-recommends postgresql rabbitmq-server",
            Assert.IsType<InstallationPlan.Explain>(plan).Command);
    }

    [Fact]
    public void A_container_engine_stands_in_for_servers_that_may_not_be_installed()
    {
        var plan = InstallationPlan.For(Servers, Debian with { HasContainers = true });

        Assert.Equal(Servers, Assert.IsType<InstallationPlan.Proceed>(plan).InContainers);
    }

    [Fact]
    public void No_container_stands_in_for_a_library()
    {
        var plan = InstallationPlan.For(Requirement.All, Debian with { HasContainers = true });

        Assert.IsType<InstallationPlan.Explain>(plan);
    }

    [Fact]
    public void Who_refuses_the_installation_gets_the_next_best()
    {
        var plan = InstallationPlan.For(Servers, Debian with { IsRoot = true, HasContainers = true });

        Assert.IsType<InstallationPlan.Proceed>(Assert.IsType<InstallationPlan.Install>(plan).Otherwise);
    }
}
