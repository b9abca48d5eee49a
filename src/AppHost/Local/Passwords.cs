using System.Security.Cryptography;
using System.Text.Json;

namespace GoCart.AppHost.Local;

/// <summary>
/// Generated passwords by name, such as "database/orders" and "broker/orders": 160 random bits each, which can stand
/// in a connection string and in an address as they are.
/// </summary>
internal sealed class Passwords
{
    private readonly string _file;
    private readonly Lock _access = new();
    private SortedDictionary<string, string>? _passwords;

    private Passwords(string file) => _file = file;

    /// <summary>Kept in a file that only its owner may read; it is read when the first password is asked for.</summary>
    public static Passwords In(string file) => new(file);

    /// <exception cref="ServerFailedException">The file is damaged.</exception>
    public string Of(string name)
    {
        lock (_access)
        {
            _passwords ??= Read();
            if (!_passwords.TryGetValue(name, out var password))
            {
                _passwords[name] = password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
                Save(_passwords);
            }

            return password;
        }
    }

    /// <summary>Those asked for from now on are new ones.</summary>
    public void Forget()
    {
        lock (_access)
            _passwords = [];
    }

    private SortedDictionary<string, string> Read()
    {
        if (!File.Exists(_file))
            return [];

        try
        {
            return JsonSerializer.Deserialize<SortedDictionary<string, string>>(File.ReadAllText(_file))
                ?? throw new JsonException("It is empty.");
        }
        // New ones would not help: databases and broker know the old.
        catch (JsonException e)
        {
            throw new ServerFailedException(
                $"{_file} is damaged: {e.Message}\nPut a copy of it back, or begin anew with --reset.");
        }
    }

    private void Save(SortedDictionary<string, string> passwords)
    {
        // Written beside and moved, so that a crash leaves the old file or the new one.
        PrivateFolder.WriteFile(_file + ".new", JsonSerializer.Serialize(passwords));
        File.Move(_file + ".new", _file, overwrite: true);
    }
}
