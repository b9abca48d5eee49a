using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;

namespace GoCart.AppHost.Local;

/// <summary>
/// Generated passwords by name, such as "database/orders" and "broker/orders": 160 random bits each, which can stand
/// in a connection string and in an address as they are.
/// </summary>
internal sealed class Passwords
{
    private readonly string? _file;
    private readonly ConcurrentDictionary<string, string> _passwords;

    private Passwords(string? file, IEnumerable<KeyValuePair<string, string>> passwords)
    {
        _file = file;
        _passwords = new(passwords);
    }

    /// <summary>Forgotten when the process ends.</summary>
    public static Passwords InMemory() => new(null, []);

    /// <summary>Kept in a file that only its owner may read.</summary>
    public static Passwords In(string file) => new(file, File.Exists(file)
        ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(file))!
        : []);

    public string Of(string name)
    {
        if (_passwords.TryGetValue(name, out var known))
            return known;

        lock (_passwords)
        {
            var password = _passwords.GetOrAdd(name, _ => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20)));
            if (_file is not null)
                Save(_file);
            return password;
        }
    }

    /// <summary>Those asked for from now on are new ones.</summary>
    public void Forget() => _passwords.Clear();

    private void Save(string path)
    {
        // Written beside and moved, so that a crash leaves the old file or the new one.
        PrivateFolder.WriteFile(path + ".new", JsonSerializer.Serialize(_passwords.OrderBy(entry => entry.Key)
            .ToDictionary(entry => entry.Key, entry => entry.Value)));
        File.Move(path + ".new", path, overwrite: true);
    }
}
