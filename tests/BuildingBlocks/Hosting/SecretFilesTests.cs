using System.Collections;
using GoCart.BuildingBlocks.Hosting;

namespace GoCart.Tests.BuildingBlocks.Hosting;

public sealed class SecretFilesTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Theory]
    [InlineData("secret")]
    [InlineData("secret\n")]
    [InlineData("secret\r\n")]
    public void A_setting_is_read_from_the_file_without_its_last_line_feed(string text)
    {
        File.WriteAllText(_file, text);

        var files = SecretFiles.Read(new Hashtable { ["ConnectionStrings__Database_FILE"] = _file });

        Assert.Equal(("ConnectionStrings:Database", "secret"), (Assert.Single(files.Settings).Key, files.Settings.Values.Single()));
        Assert.Null(files.Error);
    }

    [Fact]
    public void A_variable_that_is_no_setting_is_left_alone()
    {
        var files = SecretFiles.Read(new Hashtable { ["POSTGRES_PASSWORD_FILE"] = "/nowhere", ["Auth__SigningKeyFile"] = "/nowhere" });

        Assert.Equal((0, null), (files.Settings.Count, files.Error));
    }

    [Fact]
    public void A_setting_that_stands_in_a_file_and_in_the_environment_is_refused()
    {
        var files = SecretFiles.Read(new Hashtable { ["Paging__Key_FILE"] = _file, ["Paging__Key"] = "a" });

        Assert.Equal("Set either Paging__Key or Paging__Key_FILE, not both.", files.Error);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var files = SecretFiles.Read(new Hashtable { ["Paging__Key_FILE"] = "/nowhere/key" });

        Assert.StartsWith("Set Paging__Key_FILE to a file that can be read", files.Error, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_file);
}
