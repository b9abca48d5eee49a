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
    /// <param name="owners">By name; the roles that may make an administrator (users) and repair (orders, products).</param>
    /// <param name="broker">Address of a user who may read and publish everywhere.</param>
    /// <param name="management">Of the broker's HTTP API.</param>
    /// <param name="login">For that API.</param>
    public static void Write(
        string path, IReadOnlyDictionary<string, string> databases, IReadOnlyDictionary<string, string> owners, string broker, Uri management,
        (string Name, string Password) login)
    {
        var withLogin = new UriBuilder(management) { UserName = login.Name, Password = login.Password }.Uri;
        PrivateFolder.WriteFile(path, JsonSerializer.Serialize(
            new { databases, owners, broker, management = withLogin.ToString() }, Indented));
    }
}
