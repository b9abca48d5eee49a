using System.Net;
using System.Text.Json;
using GoCart.Cli;
using GoCart.Contracts;
using GoCart.Contracts.Users;
using GoCart.Operator;
using GoCart.Tests.Cli;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Operator;

public sealed class CreateAdminTests(OperatedStore store) : IClassFixture<OperatedStore>
{
    [Fact]
    public async Task A_created_admin_can_sign_in_and_do_what_admins_do()
    {
        var created = await store.RunAsync("admin create --email Root@Example.com --password-stdin", "correct horse battery\n");

        created.Succeeded();
        var admin = await store.Clients.SignInAsync("root@example.com", "correct horse battery");
        using var orders = await admin.Http.GetAsync(new Uri("/admin/orders", UriKind.Relative));
        Assert.True(orders.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("catalog", "/admin/products", "/admin/orders")]
    [InlineData("support", "/admin/orders", "/admin/products")]
    public async Task With_a_role_the_account_may_do_what_the_role_permits_and_the_audit_log_knows_of_it(
        string role, string permitted, string forbidden)
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        var created = await store.RunAsync($"admin create --email {email} --role {role} --password-stdin", "correct horse battery\n");

        created.Succeeded();
        var staff = await store.Clients.SignInAsync(email, "correct horse battery");
        using var yes = await staff.Http.GetAsync(new Uri(permitted, UriKind.Relative));
        using var no = await staff.Http.GetAsync(new Uri(forbidden, UriKind.Relative));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), (yes.StatusCode, no.StatusCode));
        var admin = await store.Clients.AdminAsync();
        var log = await admin.Http.GetFromJsonAsync<List<AuditEntry>>($"/admin/audit-log?target={staff.Id}", Json.Tolerant);
        Assert.Equal(["sign_in.succeeded", "account.created"], log!.Select(entry => entry.Action));
    }

    [Fact]
    public async Task A_role_that_does_not_exist_is_refused()
    {
        var result = await store.RunAsync("admin create --email new@example.com --role owner --password-stdin", "correct horse battery\n");

        Assert.Equal(ExitCode.Usage, result.ExitCode);
    }

    [Fact]
    public async Task An_email_that_is_taken_ends_with_5_and_changes_nothing()
    {
        var customer = await store.Clients.CustomerAsync();

        var result = await store.RunAsync($"admin create --email {customer.Email} --password-stdin", "correct horse battery\n");

        Assert.Equal(ExitCode.Conflict, result.ExitCode);
        await store.Clients.SignInAsync(customer.Email, StoreClients.Password);
    }

    [Theory]
    [InlineData("new@example.com", 7)]
    [InlineData("new@example.com", 129)]
    [InlineData("nobody", 20)]
    [InlineData("@", 20)]
    public async Task What_registration_would_refuse_is_refused(string email, int passwordLength)
    {
        var result = await store.RunAsync($"admin create --email {email} --password-stdin", new string('p', passwordLength) + "\n");

        Assert.Equal(ExitCode.Usage, result.ExitCode);
    }

    [Fact]
    public async Task The_password_is_asked_for_twice_and_never_shown()
    {
        using var terminal = new TestTerminal { Keyboard = new Keys("correct horse\ncorrect horse\n") };
        using var mistyping = new TestTerminal { Keyboard = new Keys("correct horse\ncorrect hose\n") };
        terminal.Variables[OperatorSettings.Variable] = mistyping.Variables[OperatorSettings.Variable] = store.SettingsPath;

        var created = await terminal.RunAsync("admin", "create", "--email", "typed@example.com");
        var refused = await mistyping.RunAsync("admin", "create", "--email", "mistyped@example.com");

        Assert.DoesNotContain("horse", created.Succeeded().Out + created.Error, StringComparison.Ordinal);
        await store.Clients.SignInAsync("typed@example.com", "correct horse");
        Assert.Equal(ExitCode.Failed, refused.ExitCode);
    }

    [Fact]
    public async Task Without_a_terminal_and_without_input_there_is_no_password()
    {
        var nobodyThere = await store.RunAsync("admin create --email new@example.com");
        var nothingGiven = await store.RunAsync("admin create --email new@example.com --password-stdin");

        Assert.Equal((ExitCode.Usage, ExitCode.Usage), (nobodyThere.ExitCode, nothingGiven.ExitCode));
    }

    [Fact]
    public async Task The_settings_must_name_the_owner_of_the_users_database()
    {
        var folder = Directory.CreateTempSubdirectory("gocart-operator-");
        var path = Path.Combine(folder.FullName, "operator.json");
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(store.OperatorSettings with { Owners = null }, Json.Tolerant));

        var result = await store.RunAsync($"admin create --email new@example.com --password-stdin --settings {path}", "correct horse\n");
        folder.Delete(recursive: true);

        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains("\"owners.users\"", result.Error, StringComparison.Ordinal);
    }
}
