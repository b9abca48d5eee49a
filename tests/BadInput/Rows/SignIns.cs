namespace GoCart.Tests.BadInput.Rows;

/// <summary>Sign-ins and registrations that must lead to nothing. Counting failures and their times has tests of its own.</summary>
internal static class SignIns
{
    private const string Class = "sign-in";

    public static IEnumerable<BadRequest> Rows =>
    [
        SignIn("an unknown e-mail", "unknown@example.com", "password123"),
        SignIn("a wrong password", "{email}", "password124"),
        SignIn("the right password with a blank", "{email}", "password123 "),
        SignIn("the right password in another case", "{their email}", "Password123"),
        SignIn("129 characters", "{their email}", new string('a', 129)),
        SignIn("60,000 characters", "{third email}", new string('a', 60_000)),
        SignIn("SQL as an e-mail", "' or 1=1 --", "password123"),
        SignIn("SQL as a password", "{third email}", "' or '1'='1"),
        SignIn("a wildcard as an e-mail", "%", "password123"),
        SignIn("a wildcard inside", "_dmin@example.com", "admin123"),
        SignIn("an e-mail in full width", "ａdmin@example.com", "admin123"),
        SignIn("an e-mail with a Cyrillic letter", "аdmin@example.com", "admin123"),
        SignIn("an e-mail with a dotless i", "admın@example.com", "admin123"),
        SignIn("a template", "{{7*7}}@example.com", "${7*7}"),
        SignIn("an e-mail of 60,000 characters", new string('a', 60_000) + "@example.com", "password123"),
        BadRequest.Json(Class, "an empty e-mail", "POST /api/login", """{"email":"","password":"password123"}""") with { Sender = Sender.Nobody },
        BadRequest.Json(Class, "an empty password", "POST /api/login", """{"email":"{email}","password":""}""") with { Sender = Sender.Nobody },
        Registration("a taken e-mail", "{email}"),
        Registration("the administrator's e-mail", "admin@example.com"),
        Registration("in capitals", "ADMIN@EXAMPLE.COM"),
        Registration("in blanks", "  admin@example.com\\t"),
    ];

    private static BadRequest SignIn(string name, string email, string password) => BadRequest.Json(
        Class, name, "POST /api/login", $$"""{"email":"{{email}}","password":"{{password}}"}""", 401, "invalid_credentials") with
    { Sender = Sender.Nobody };

    private static BadRequest Registration(string name, string email) => BadRequest.Json(
        Class, $"registration: {name}", "POST /api/users", $$"""{"email":"{{email}}","password":"password123"}""", 409, "email_taken") with
    { Sender = Sender.Nobody };
}
