using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>One store for the tests that look at all of it and leave nothing behind that another could stumble over.</summary>
[CollectionDefinition(Name)]
public sealed class GatewayStore : ICollectionFixture<StoreFixture>
{
    public const string Name = "Gateway: one store";
}
