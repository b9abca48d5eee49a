using System.Collections.Concurrent;
using GoCart.Operator;
using GoCart.Operator.Audit;

namespace GoCart.Tests.Infrastructure;

/// <summary>
/// Reads along what a service logs, at the levels of production: no line of the whole run may have a password, a token, a
/// cookie or an e-mail in it (I16). Each service is asked when it stops.
/// </summary>
internal sealed class LogWatch : ILoggerProvider, ISupportExternalScope
{
    /// <summary>In every manual, and named where a store refuses to start with it.</summary>
    private const string DevelopmentAdmin = "admin@example.com";

    private static readonly Secrets Secrets = Secrets.Of(new OperatorSettings(null, null, null, null));

    private readonly ConcurrentQueue<string> _found = new();
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, this);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void AssertNoSecrets() => Assert.True(_found.IsEmpty, $"Secrets stand in the log: {string.Join("; ", _found)}");

    public void Dispose()
    {
    }

    /// <returns>What kind of secret the text has in it, or null.</returns>
    public static string? FindIn(string text) =>
        text.Contains(StoreClients.Password, StringComparison.Ordinal)
            ? "the password of a customer"
            : Secrets.FindIn(text.Replace(DevelopmentAdmin, "", StringComparison.OrdinalIgnoreCase));

    private void Read(string category, string text)
    {
        if (FindIn(text) is { } secret)
            _found.Enqueue($"{category}: {secret}");
    }

    private sealed class Logger(string category, LogWatch watch) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => watch._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            watch.Read(category, $"{formatter(state, exception)}\n{Fields(state)}\n{exception}");
            watch._scopes.ForEachScope((scope, reader) => reader.Read(category, $"{scope}\n{Fields(scope)}"), watch);
        }

        private static string Fields(object? state) => state is IEnumerable<KeyValuePair<string, object?>> fields
            ? string.Join('\n', fields.Select(field => $"{field.Key}: {field.Value}"))
            : "";
    }
}
