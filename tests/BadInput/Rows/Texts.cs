namespace GoCart.Tests.BadInput.Rows;

/// <summary>Names, descriptions, e-mails and passwords that nobody could tell apart, print or check.</summary>
internal static class Texts
{
    private const string Class = "text";

    public static IEnumerable<BadRequest> Rows =>
    [
        Name("empty", ""),
        Name("blank", "   "),
        Name("no-break spaces", "\\u00a0\\u00a0"),
        Name("zero-width only", "\\u200b\\u200b"),
        Name("a joiner only", "\\u200d"),
        Name("a byte order mark only", "\\ufeff"),
        Name("a Hangul filler only", "\\u3164"),
        Name("a combining mark only", "\\u0301"),
        Name("a line separator only", "\\u2028"),
        Name("201 characters", new string('a', 201)),
        Name("201 emoji", string.Concat(Enumerable.Repeat("\\ud83d\\ude00", 201))),
        Name("a bell", "a\\u0007"),
        Name("a line break", "a\\nb"),
        Name("a carriage return", "a\\rb"),
        Name("a tab", "a\\tb"),
        Name("an escape sequence", "\\u001b[31mred"),
        Name("DEL", "a\\u007f"),
        Name("a control of C1", "a\\u0085b"),
        Name("another direction of writing", "a\\u202eb"),
        Name("a direction mark", "a\\u200fb"),
        Name("an isolate", "a\\u2066b"),
        Changed("name", "\"\""),
        Changed("name", "\"a\\u0000\""),
        Changed("name", $"\"{new string('a', 201)}\""),
        Changed("description", "\"a\\u0000b\""),
        Changed("description", "\"\\u001b[2J\""),
        Changed("description", $"\"{new string('a', 10_001)}\""),
        Changed("description", "1"),
        Email("empty", ""),
        Email("blank", " "),
        Email("no at", "example.com"),
        Email("two at", "a@b@example.com"),
        Email("nothing before the at", "@example.com"),
        Email("nothing after the at", "a@"),
        Email("a blank inside", "a b@example.com"),
        Email("a line break inside", "a\\r\\nBcc: b@example.com"),
        Email("a NUL", "a\\u0000@example.com"),
        Email("zero-width", "a\\u200b@example.com"),
        Email("another direction of writing", "a\\u202e@example.com"),
        Email("255 characters", $"{new string('a', 243)}@example.com"),
        Email("60,000 characters", $"{new string('a', 60_000)}@example.com"),
        Email("half a surrogate", "a\\ud800@example.com"),
        Password("7 characters", "1234567"),
        Password("7 emoji", string.Concat(Enumerable.Repeat("\\ud83d\\ude00", 7))),
        Password("129 characters", new string('a', 129)),
        Password("60,000 characters", new string('a', 60_000)),
        Password("a NUL", "12345678\\u0000"),
        Password("half a surrogate", "12345678\\udc00"),
        Status("Paid"),
        Status("paid "),
        Status("pending"),
        Status("rejected"),
        Status("1"),
        Status("paid,shipped"),
        Status(""),
        Status("paid\\u0000"),
    ];

    private static BadRequest Name(string name, string text) => BadRequest.Json(
        Class, $"name: {name}", "POST /admin/products", $$"""{"name":"{{text}}","price_cents":1,"stock":1}""") with
    { Sender = Sender.Admin };

    private static BadRequest Changed(string field, string json) => BadRequest.Json(
        Class, $"{field} changed to {(json.Length > 40 ? $"{json.Length} characters" : json)}", "PATCH /admin/products/{product}",
        $$"""{"{{field}}":{{json}}}""") with
    { Sender = Sender.Admin };

    private static BadRequest Email(string name, string text) => BadRequest.Json(
        Class, $"e-mail: {name}", "POST /api/users", $$"""{"email":"{{text}}","password":"password123"}""") with
    { Sender = Sender.Nobody };

    private static BadRequest Password(string name, string text) => BadRequest.Json(
        Class, $"password: {name}", "POST /api/users", $$"""{"email":"new@example.com","password":"{{text}}"}""") with
    { Sender = Sender.Nobody };

    private static BadRequest Status(string text) => BadRequest.Json(
        Class, $"status: \"{text}\"", "PATCH /admin/orders/{order}", $$"""{"status":"{{text}}"}""") with
    { Sender = Sender.Admin };
}
