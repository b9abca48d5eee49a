using System.Text.Json.Serialization;

namespace GoCart.Cli.Api;

internal sealed record Credentials(string Email, string Password)
{
    /// <summary>No log can print the password by printing this.</summary>
    public override string ToString() => nameof(Credentials);
}

internal sealed record NewPassword(string OldPassword, [property: JsonPropertyName("new_password")] string Password)
{
    /// <summary>No log can print the passwords by printing this.</summary>
    public override string ToString() => nameof(NewPassword);
}

internal sealed record Erasure(string Password)
{
    /// <summary>No log can print the password by printing this.</summary>
    public override string ToString() => nameof(Erasure);
}

/// <summary>What is null is not sent, and stays as it is.</summary>
internal sealed record AccountChange(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Disabled);

internal sealed record NewProduct(
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Description,
    long PriceCents,
    int Stock,
    bool IsActive);

/// <summary>What to change of a product: a field that is not set is not sent, and stays as it is.</summary>
internal sealed class ProductChanges
{
    private readonly Dictionary<string, object?> _fields = [];

    public bool IsEmpty => _fields.Count == 0;

    /// <summary>What is sent: names as the contract has them.</summary>
    public IReadOnlyDictionary<string, object?> Fields => _fields;

    public ProductChanges Name(string name) => Set("name", name);

    /// <param name="description">Null clears it.</param>
    public ProductChanges Description(string? description) => Set("description", description);

    public ProductChanges PriceCents(long cents) => Set("price_cents", cents);

    public ProductChanges Stock(int stock) => Set("stock", stock);

    public ProductChanges IsActive(bool isActive) => Set("is_active", isActive);

    private ProductChanges Set(string name, object? value)
    {
        _fields[name] = value;
        return this;
    }
}

internal sealed record NewCartItem(Guid ProductId, int Quantity);

internal sealed record NewQuantity(int Quantity);

internal sealed record NewOrder(long ExpectedTotalCents);

internal sealed record NewStatus(string Status);
