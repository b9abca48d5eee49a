namespace GoCart.AppHost.Local;

/// <summary>A program to run as a child process.</summary>
/// <param name="Name">What people call it, in messages.</param>
/// <param name="Program">Path of the program.</param>
/// <param name="Arguments">Its arguments, unquoted.</param>
internal sealed record ChildCommand(string Name, string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>File that standard output and error are appended to.</summary>
    public required string LogFile { get; init; }

    /// <summary>Variables set beside the inherited ones; null takes one away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    public required string WorkingDirectory { get; init; }

    /// <summary>Null: as ourselves.</summary>
    public SystemUser? User { get; init; }

    /// <summary>What the kernel sends it when we die, whatever we die of. Null: it lives on.</summary>
    public Signal? ParentDeathSignal { get; init; } = Signal.Kill;
}
