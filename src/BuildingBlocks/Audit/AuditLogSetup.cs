using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace GoCart.BuildingBlocks.Audit;

public static class AuditLogSetup
{
    /// <summary>Has the service remove what of its audit log is older than <c>Audit:RetentionDays</c>.</summary>
    public static void AddAuditLogCleaner(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<AuditLogOptions>().BindConfiguration("Audit").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddHostedService<AuditLogCleaner>();
    }
}
