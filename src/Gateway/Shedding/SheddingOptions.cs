using System.ComponentModel.DataAnnotations;

namespace GoCart.Gateway.Shedding;

/// <summary>
/// Section <c>Shedding</c>: how long the answers to each kind of request may take on average before some are turned away. The
/// shorter the time, the sooner a kind is shed.
/// </summary>
internal sealed class SheddingOptions : IValidatableObject
{
    public const string Section = "Shedding";

    public TimeSpan Browsing { get; init; } = TimeSpan.FromMilliseconds(60);

    public TimeSpan Searching { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan Shopping { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan SigningIn { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan Ordering { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan Of(Priority priority) => priority switch
    {
        Priority.Browsing => Browsing,
        Priority.Searching => Searching,
        Priority.Shopping => Shopping,
        Priority.SigningIn => SigningIn,
        _ => Ordering,
    };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        from priority in Enum.GetValues<Priority>()
        where Of(priority) <= TimeSpan.Zero
        select new ValidationResult($"Set {Section}:{priority} to a time above zero, such as 00:00:00.050.");
}
