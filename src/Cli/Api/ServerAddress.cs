using System.Net;

namespace GoCart.Cli.Api;

/// <summary>Where the gateway is: scheme, host and port.</summary>
internal sealed record ServerAddress
{
    public const string Default = "http://127.0.0.1:8080";

    private ServerAddress(Uri uri) => Uri = uri;

    public Uri Uri { get; }

    /// <summary>On this machine: nobody between us and the store can listen.</summary>
    public bool IsLoopback => Uri.IsLoopback;

    public bool IsEncrypted => Uri.Scheme == Uri.UriSchemeHttps;

    /// <exception cref="CliException">The text is not such an address.</exception>
    public static ServerAddress Parse(string text)
    {
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            || uri.UserInfo.Length > 0 || uri.PathAndQuery != "/" || uri.Fragment.Length > 0)
        {
            throw CliException.Usage(
                $"\"{text}\" is not the address of a store.", $"It looks like {Default} or https://shop.example.com");
        }

        return new ServerAddress(new Uri(uri.GetLeftPart(UriPartial.Authority)));
    }

    /// <summary>A path at this server. Whatever host a link names, we stay here: our token is for nobody else.</summary>
    public Uri At(string path) => new(Uri, new Uri(Uri, path).PathAndQuery);

    public override string ToString() => Uri.GetLeftPart(UriPartial.Authority);

    /// <summary>Connections to it: no redirects that carry a token elsewhere, no cookie jar, no proxy for this machine.</summary>
    public HttpMessageHandler OpenConnections() => new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = !IsLoopback,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };
}
