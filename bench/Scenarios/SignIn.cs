using System.Diagnostics;
using System.Net.Http.Json;
using GoCart.Bench.Load;
using GoCart.BuildingBlocks.Auth;

namespace GoCart.Bench.Scenarios;

/// <summary>Sign-ins of 16 accounts.</summary>
internal sealed class SignIn() : HttpScenario(
    "login", "POST /api/login", "bare Argon2id on as many cores as users may use", 0.90, connections: 4)
{
    private const string Password = "password123";

    private static readonly string[] Emails = [.. Enumerable.Range(0, 16).Select(n => $"bench{n}@example.com")];

    private bool _areRegistered;

    protected override async Task<RunningWork> BeginAsync(Stage stage)
    {
        if (!_areRegistered)
        {
            using var http = new HttpClient();
            foreach (var email in Emails)
            {
                using var answer = await http.PostAsJsonAsync(new Uri(stage.Store.Gateway, "/api/users"), new { email, password = Password });
                answer.EnsureSuccessStatusCode();
            }
            _areRegistered = true;
        }
        return new(new Rotation(
            [.. Emails.Select(email => Requests.Post("/api/login", token: null, $$"""{"email":"{{email}}","password":"{{Password}}"}"""))], 200));
    }

    protected override async Task<double> MeasureLimitAsync(Stage stage)
    {
        var hash = PasswordHash.Create(Password);
        // One core stays free for everything else: see PasswordHasher.
        var counts = await Task.WhenAll(Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount - 1)).Select(_ => Task.Run(() =>
        {
            var start = Stopwatch.GetTimestamp();
            var count = 0;
            while (Stopwatch.GetElapsedTime(start) < stage.Length && PasswordHash.Verify(hash, Password))
                count++;
            return count;
        })));
        return counts.Sum() / stage.Length.TotalSeconds;
    }
}
