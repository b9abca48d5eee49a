using GoCart.AppHost.Local;
using GoCart.Operator;

namespace GoCart.Tests.Operator;

/// <summary>Settings that nobody named: the file is found from a folder upwards, where somebody else may have laid it.</summary>
public sealed class FoundSettingsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gocart-operator-");
    private readonly string _path;

    public FoundSettingsTests()
    {
        _path = Path.Combine(_folder.CreateSubdirectory(".gocart").FullName, "operator.json");
        File.WriteAllText(_path, """{"broker": "amqp://here"}""");
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void They_are_found_from_a_folder_upwards()
    {
        var found = Read(path: null);

        Assert.Equal("amqp://here/", found.BrokerAddress.ToString());
        Assert.Equal(7, found.RetentionDays);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void A_file_that_others_can_write_is_taken_only_when_it_is_named(UnixFileMode others)
    {
        File.SetUnixFileMode(_path, File.GetUnixFileMode(_path) | others);

        var refused = Assert.Throws<OperatorException>(() => Read(path: null));
        Assert.Contains("others can write it", refused.Message, StringComparison.Ordinal);
        Assert.Equal("amqp://here/", Read(_path).BrokerAddress.ToString());
    }

    [Fact]
    public void A_file_of_somebody_else_is_taken_only_when_it_is_named()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give a file away.");
        LinuxCalls.ChangeOwner(_path, new SystemUser("nobody", 65534, 65534));

        Assert.Throws<OperatorException>(() => Read(path: null));
        Assert.Equal("amqp://here/", Read(_path).BrokerAddress.ToString());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private OperatorSettings Read(string? path) =>
        OperatorSettings.Read(path, variable: _ => null, _folder.CreateSubdirectory("src/Orders").FullName);
}
