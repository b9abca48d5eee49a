using System.Text.Json.Serialization;
using GoCart.Contracts;

namespace GoCart.Operator.Audit;

/// <summary>What can be done about a violation without rewriting anything: <see cref="Repair.Repairer"/> does it.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<Remedy>))]
public enum Remedy
{
    /// <summary>Somebody has to look.</summary>
    None,

    /// <summary>Products and carts are told of the order once more; what they have done already they do not do again.</summary>
    SendOrderCreated,

    /// <summary>Products is told once more that the order is cancelled.</summary>
    SendOrderCancelled,

    /// <summary>The order, whose stock has been given back, is cancelled, and products is told so.</summary>
    CancelOrder,

    /// <summary>What was taken for an order that is no more is given back, and the order is written down as lost.</summary>
    WriteOffOrder,

    /// <summary>The product's ledger gets an adjustment, with its reason, that makes it sum to the stock.</summary>
    CorrectLedger,
}
