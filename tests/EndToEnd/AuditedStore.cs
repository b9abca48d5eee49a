using GoCart.Tests.Infrastructure;
using GoCart.Tests.Operator;

namespace GoCart.Tests.EndToEnd;

/// <summary>A store whose books are audited when the tests of its class have run.</summary>
public sealed class AuditedStore(LocalServers servers) : OperatedStore(servers)
{
    public override async ValueTask DisposeAsync()
    {
        try
        {
            await SettleAsync();
        }
        finally
        {
            await base.DisposeAsync();
        }
    }
}
