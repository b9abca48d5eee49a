using System.Globalization;

namespace GoCart.Operator.Audit;

/// <summary>What must hold at every moment, whatever fails.</summary>
public static class Invariants
{
    private const string Settled = "I7";
    private const string Logs = "I16";

    /// <summary>Those that databases, broker and logs can show; docs/operations.md has the others.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["I1"] = "The stock of every product is the sum of its ledger, and never negative.",
        ["I2"] = "A reserved order took exactly its items, a rejected one nothing, and a cancelled one gave back what it took.",
        ["I3"] = "Every order has its order.created, every cancelled order one order.cancelled, and no event is without its order.",
        ["I4"] = "No event took effect twice.",
        ["I5"] = "An item costs price × quantity, an order the sum of its items.",
        ["I6"] = "Every order that a client was told of exists, and a version of a cart became one order at most.",
        ["I7"] = "Nothing is under way.",
        ["I8"] = "The history of every order takes allowed steps only, and ends where the order stands.",
        ["I9"] = "What a rejected order wanted was not there at that moment.",
        ["I10"] = "What was ordered has left its cart.",
        ["I11"] = "A session has at most one live refresh token, and none when it has ended.",
        ["I16"] = "No log has a password, a token, a key or an e-mail in it.",
    };

    /// <summary>I2 comes before I10.</summary>
    internal static int Order(string invariant) => int.Parse(invariant.AsSpan(1), CultureInfo.InvariantCulture);

    internal static IReadOnlyList<string> ProvedWith(AuditOptions options) =>
        [.. All.Keys.Where(id => (id != Settled || options.Settled) && (id != Logs || options.Logs is not null))];
}
