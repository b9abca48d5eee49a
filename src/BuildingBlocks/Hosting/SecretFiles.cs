using System.Collections;
using Microsoft.Extensions.Configuration;

namespace GoCart.BuildingBlocks.Hosting;

/// <summary>
/// Settings whose value stands in a file, as Docker and Kubernetes mount secrets:
/// <c>ConnectionStrings__Database_FILE=/run/secrets/orders-database</c>. The environment of a process is easier to see than a file.
/// </summary>
internal sealed class SecretFiles
{
    private const string Suffix = "_FILE";

    private SecretFiles(Dictionary<string, string?> settings, string? error) => (Settings, Error) = (settings, error);

    public Dictionary<string, string?> Settings { get; }

    /// <summary>What to set, when something is wrong: for the start, which says it.</summary>
    public string? Error { get; }

    /// <summary>Adds what the files hold to the configuration.</summary>
    public static SecretFiles AddTo(IConfigurationManager configuration)
    {
        var files = Read(Environment.GetEnvironmentVariables());
        configuration.AddInMemoryCollection(files.Settings);
        return files;
    }

    /// <summary>Only names with two underscores in them are settings; other programs have variables like these, too.</summary>
    internal static SecretFiles Read(IDictionary variables)
    {
        var settings = new Dictionary<string, string?>();
        foreach (var (variable, path) in variables.Cast<DictionaryEntry>().Select(entry => ((string)entry.Key, entry.Value as string)))
        {
            if (!variable.EndsWith(Suffix, StringComparison.Ordinal)
                || !variable.Contains("__", StringComparison.Ordinal)
                || string.IsNullOrEmpty(path))
                continue;

            var name = variable[..^Suffix.Length];
            if (variables.Contains(name))
                return new([], $"Set either {name} or {variable}, not both.");
            try
            {
                // Editors and echo end a file with a line feed; no secret ends with one.
                settings[name.Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal)] = File.ReadAllText(path).TrimEnd('\r', '\n');
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return new([], $"Set {variable} to a file that can be read: {e.Message}");
            }
        }
        return new(settings, null);
    }
}
