namespace GoCart.Faults.Store;

/// <summary>What databases and events of a store rest on.</summary>
internal enum ServerSet
{
    /// <summary>One PostgreSQL and one RabbitMQ.</summary>
    OneEach,

    /// <summary>A RabbitMQ of three nodes.</summary>
    BrokerCluster,

    /// <summary>A PostgreSQL with a synchronous standby.</summary>
    DatabasePair,
}
