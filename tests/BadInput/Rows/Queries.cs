namespace GoCart.Tests.BadInput.Rows;

/// <summary>Pages, filters and searches that make no sense.</summary>
internal static class Queries
{
    private const string Class = "query";

    private static readonly string[] Lists =
        ["/api/products", "/admin/products", "/admin/products/{product}/stock", "/api/orders", "/admin/orders", "/admin/users", "/admin/audit-log"];

    private static readonly string[] Pages =
    [
        "limit=-1", "limit=0", "limit=201", "limit=abc", "limit=", "limit=1.5", "limit=1e1", "limit=%2B1", "limit=%201", "limit=1%00", "limit=0x1", "limit=99999999999999999999",
        "limit=%D9%A1", "limit=1&limit=2", "limit", "limit=1&LIMIT=2", "cursor=", "cursor=forged", "cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "cursor=%00",
        "cursor={nobody}", "cursor=a&cursor=b", "cursor=..%2f..", "cursor='%20or%201=1",
    ];

    public static IEnumerable<BadRequest> Rows =>
    [
        .. from list in Lists
           from page in Pages
           select Row($"{list}?{page}"),
        Row($"/api/products?cursor={new string('A', 2_000)}"),
        .. from q in (string[])["", "%20%20", "%00", "a%00b", "%07", "%0A", "%1b%5b2J", new string('a', 201), "a&ids={product}"]
           select Row($"/api/products?q={q}"),
        .. from ids in (string[])["", ",", "1", "{product},", ",{product}", "{product},1", "{product};{product}", "{product}%20", "%20{product}", "{product}%00", "{product}&limit=1", "{product}&cursor=x", "[{product}]"]
           select Row($"/api/products?ids={ids}"),
        Row($"/api/products?ids={string.Join(',', Enumerable.Repeat("{product}", 101))}"),
        .. from include in (string[])["all", "inactive;deleted", "inactive,", ",", "Deleted", "inactive,inactive,x", "1"]
           select Row($"/admin/products?include={include}"),
        .. from status in (string[])["", "Pending", "0", "pending,paid", "unknown", "pending%20", "%00", "pending&status=paid"]
           from list in (string[])["/api/orders", "/admin/orders"]
           select Row($"{list}?status={status}"),
        .. from user in (string[])["", "1", "me", "{nobody},{nobody}", "%20{nobody}", "{nobody}%00", "%7B{nobody}%7D", "'%20or%201=1", "{nobody}&user_id={nobody}"]
           select Row($"/admin/orders?user_id={user}"),
        .. from at in (string[])["", "yesterday", "2026-01-15", "2026-01-15T09:30:00", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "10000-01-01T00:00:00Z", "1768469400", "2026-01-15T09:30:00Z%00", "%202026-01-15T09:30:00Z", "now()", "infinity", "2026-01-15T09:30:00Z&at=2026-01-16T09:30:00Z"]
           select Row($"/admin/products/{{product}}/stock?at={at}"),
    ];

    private static BadRequest Row(string target) =>
        BadRequest.Plain(Class, target.Length > 120 ? target[..120] : target, $"GET {target}") with { Sender = Sender.Admin };
}
