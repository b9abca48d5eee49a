using GoCart.BuildingBlocks.Http;

namespace GoCart.Tests.BuildingBlocks.Http;

public sealed class IdempotencyKeyTests
{
    [Fact]
    public void The_same_request_has_the_same_fingerprint() => Assert.Equal(
        FingerprintOf("POST", "/api/orders", new Body("a", 1)), FingerprintOf("POST", "/api/orders", new Body("a", 1)));

    [Fact]
    public void Another_method_path_or_body_has_another_fingerprint()
    {
        byte[][] fingerprints =
        [
            FingerprintOf("POST", "/api/orders", new Body("a", 1)),
            FingerprintOf("PUT", "/api/orders", new Body("a", 1)),
            FingerprintOf("POST", "/api/order", new Body("a", 1)),
            FingerprintOf("POST", "/api/orders", new Body("a", 2)),
            FingerprintOf("POST", "/api/orders", new Body("b", 1)),
            FingerprintOf("POST", "/api/orders", null),
        ];

        Assert.Equal(fingerprints.Length, fingerprints.Select(Convert.ToHexString).Distinct().Count());
        Assert.All(fingerprints, fingerprint => Assert.Equal(32, fingerprint.Length));
    }

    private static byte[] FingerprintOf(string method, string path, Body? body)
    {
        var request = new DefaultHttpContext().Request;
        request.Method = method;
        request.Path = path;
        return IdempotencyKey.FingerprintOf(request, body);
    }

    private sealed record Body(string Text, int Number);
}
