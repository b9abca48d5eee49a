using System.Net;
using GoCart.BuildingBlocks.Auth;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

/// <summary>A store of its own: what becomes of its administrators is the test.</summary>
public sealed class LastAdminTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    [Fact]
    public async Task There_always_is_an_administrator_also_when_two_take_the_role_from_each_other_at_once()
    {
        var first = await store.Clients.AdminAsync();
        using (var last = await PatchAsync(first, PathOf(first), new { role = "customer" }))
            await last.AssertProblemAsync(HttpStatusCode.Conflict, "last_admin");
        using (var last = await PatchAsync(first, PathOf(first), new { disabled = true }))
            await last.AssertProblemAsync(HttpStatusCode.Conflict, "last_admin");
        using (var last = await EraseAsync(first, "admin123"))
            await last.AssertProblemAsync(HttpStatusCode.Conflict, "last_admin");

        var second = await store.Clients.StaffAsync(Roles.Admin);
        var answers = await Task.WhenAll(
            PatchAsync(first, PathOf(second), new { role = "customer" }), PatchAsync(second, PathOf(first), new { role = "customer" }));

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Forbidden], answers.Select(answer => answer.StatusCode).Order());
        Assert.Equal(1L, await StoreFixture.ScalarAsync<long>(store.Databases.Users, "select count(*) from users where role = 'admin'"));
    }

    private static Uri PathOf(StoreUser user) => new($"/admin/users/{user.Id}", UriKind.Relative);

    private static Task<HttpResponseMessage> PatchAsync(StoreUser admin, Uri path, object body) => admin.Http.PatchAsJsonAsync(path, body);

    private static async Task<HttpResponseMessage> EraseAsync(StoreUser user, string password)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/me") { Content = JsonContent.Create(new { password }) };
        return await user.Http.SendAsync(request);
    }
}
