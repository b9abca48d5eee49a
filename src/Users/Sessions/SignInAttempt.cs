using System.Net;
using System.Security.Cryptography;
using System.Text;
using GoCart.BuildingBlocks.Http;

namespace GoCart.Users.Sessions;

/// <summary>What is counted when an account is tried from an address, by keys that are no longer for one e-mail than for another.</summary>
internal sealed class SignInAttempt
{
    /// <param name="email">Normalized; it need not belong to an account.</param>
    /// <param name="client">What counts is its <see cref="ClientAddress.Network"/>.</param>
    public SignInAttempt(string email, ClientAddress client)
    {
        AddressHash = KeyOf("address", "", client.Network);
        AccountAtAddress = KeyOf("account_at_address", email, client.Network);
        Account = KeyOf("account", email, null);
        IsFromThisMachine = client.IsLoopback;
    }

    /// <summary>Also what an account's known addresses are kept by.</summary>
    public byte[] AddressHash { get; }

    public byte[] AccountAtAddress { get; }

    public byte[] Account { get; }

    public bool IsFromThisMachine { get; }

    // The e-mail last: whatever it holds, two different attempts never write the same.
    private static byte[] KeyOf(string kind, string email, IPAddress? network) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{network}\n{email}"));
}
