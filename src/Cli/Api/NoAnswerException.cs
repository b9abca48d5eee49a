using System.Net.Sockets;
using System.Security.Authentication;

namespace GoCart.Cli.Api;

/// <summary>The store cannot be reached or did not answer in time.</summary>
internal sealed class NoAnswerException : CliException
{
    public NoAnswerException(ServerAddress server, HttpRequestException failure)
        : base(Cli.ExitCode.Failed, $"The store at {server} cannot be reached: {Reason(failure)}.", HintFor(server)) =>
        NeverArrived = failure.HttpRequestError
            is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;

    private NoAnswerException(ServerAddress server, string reason, bool neverArrived)
        : base(Cli.ExitCode.Failed, $"The store at {server} {reason}.", HintFor(server)) => NeverArrived = neverArrived;

    public NoAnswerException(ServerAddress server, TimeSpan limit)
        : this(server, $"did not answer within {limit.TotalSeconds:0} s", neverArrived: false)
    {
    }

    /// <summary>Nobody even refused the connection, as where a machine is off or a firewall drops everything.</summary>
    public static NoAnswerException NoConnection(ServerAddress server) =>
        new(server, "cannot be reached: nothing comes back from there", neverArrived: true);

    /// <summary>There was no connection to send the request on, so it had no effect.</summary>
    public bool NeverArrived { get; }

    private static string Reason(HttpRequestException failure) => failure switch
    {
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => "nothing listens there",
        { HttpRequestError: HttpRequestError.NameResolutionError } => "there is no such host",
        { InnerException: AuthenticationException } => "its certificate is not trusted here",
        { HttpRequestError: HttpRequestError.ResponseEnded } => "the connection broke off",
        _ => (failure.InnerException ?? failure).Message.TrimEnd('.'),
    };

    private static string HintFor(ServerAddress server) => server.IsLoopback
        ? "Start the store with: dotnet run --project src/AppHost"
        : "Another address goes into --server or GOCART_SERVER.";
}
