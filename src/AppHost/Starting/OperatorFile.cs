using System.Text.Json;
using GoCart.AppHost.Local;

namespace GoCart.AppHost.Starting;

/// <summary>
/// operator.json, readable by its owner alone: what gocart's audit, dead-letters and admin create connect with.
/// </summary>
internal static class OperatorFile
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="path">Written anew.</param>
    /// <param name="databases">By name; a role that reads all and changes nothing.</param>
    /// <param name="usersOwner">The role that may make an administrator.</param>
    /// <param name="broker">Address of a user who may read and publish everywhere.</param>
    /// <param name="management">Of the broker's HTTP API.</param>
    /// <param name="login">For that API.</param>
    public static void Write(
        string path, IReadOnlyDictionary<string, string> databases, string usersOwner, string broker, Uri management,
        (string Name, string Password) login)
    {
        var withLogin = new UriBuilder(management) { UserName = login.Name, Password = login.Password }.Uri;
        PrivateFolder.WriteFile(path, JsonSerializer.Serialize(
            new { databases, owners = new { users = usersOwner }, broker, management = withLogin.ToString() }, Indented));
    }
}
