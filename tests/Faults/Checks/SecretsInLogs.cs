using GoCart.Faults.Load;
using GoCart.Faults.Store;

namespace GoCart.Faults.Checks;

/// <summary>I16: looks for the customers' tokens and passwords, and the store's own, in everything its processes wrote.</summary>
internal static class SecretsInLogs
{
    public static async Task<IReadOnlyList<BrokenPromise>> FindAsync(FaultStore store, Shop shop)
    {
        // A token by its signature: headers and claims of all tokens begin alike.
        string[] secrets =
        [
            Customer.Password, "admin123",
            .. shop.Regulars.Append(shop.Admin).Select(customer => customer.Token.Split('.')[^1]),
            .. store.Passwords,
        ];

        var broken = new List<BrokenPromise>();
        foreach (var file in Directory.GetFiles(store.Logs))
        {
            var text = await File.ReadAllTextAsync(file);
            var count = secrets.Count(secret => text.Contains(secret, StringComparison.Ordinal));
            if (count > 0)
                broken.Add(new("I16", $"{count} passwords or tokens stand in {file}"));
        }

        return broken;
    }
}
