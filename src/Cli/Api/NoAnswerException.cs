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

    public NoAnswerException(ServerAddress server, TimeSpan limit)
        : base(Cli.ExitCode.Failed, $"The store at {server} did not answer within {limit.TotalSeconds:0} s.", HintFor(server))
    {
    }

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
