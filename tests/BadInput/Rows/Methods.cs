namespace GoCart.Tests.BadInput.Rows;

/// <summary>Methods that a route does not have.</summary>
internal static class Methods
{
    private const string Class = "method";

    private static readonly string[] Unknown = ["PUT", "TRACE", "FOO", "OPTIONS", "PROPFIND", "get", "Get", "GETGET", "DEBUG", "CONNECT"];

    public static IEnumerable<BadRequest> Rows =>
    [
        .. from method in Unknown
           from path in (string[])["/api/products", "/api/cart", "/api/orders", "/api/me", "/admin/products"]
           select Row(method, path),
        .. from path in (string[])["/api/users", "/api/login", "/api/refresh", "/api/revoke", "/api/cart/items"]
           from method in (string[])["GET", "HEAD", "DELETE", "PUT", "PATCH", "post"]
           select Row(method, path),
        Row("POST", "/api/products"),
        Row("DELETE", "/api/products"),
        Row("POST", "/api/products/{product}"),
        Row("PATCH", "/api/products/{product}"),
        Row("DELETE", "/api/products/{product}"),
        Row("POST", "/api/cart"),
        Row("GET", "/api/cart/items/{item}"),
        Row("POST", "/api/cart/items/{item}"),
        Row("DELETE", "/api/orders"),
        Row("PATCH", "/api/orders/{order}"),
        Row("DELETE", "/admin/products"),
        Row("POST", "/admin/products/{product}"),
        Row("POST", "/admin/products/{product}/stock"),
        Row("DELETE", "/admin/products/{product}/stock"),
        Row("POST", "/admin/orders"),
        Row("DELETE", "/admin/orders/{order}"),
        Row("POST", "/health"),
        Row("DELETE", "/alive"),
        // A name of a method ends at a blank, and has no other characters than letters and some signs.
        BadRequest.Plain(Class, "no method", " /api/products", 400, null),
        BadRequest.Plain(Class, "a method with a line break", "G\nET /api/products", 400, null),
        BadRequest.Plain(Class, "a method with a colon", "GE:T /api/products", 400, null),
        BadRequest.Plain(Class, "a method of 5,000 letters", new string('A', 5_000) + " /api/products", 400, null) with { OrStatus = 414 },
    ];

    private static BadRequest Row(string method, string path) =>
        BadRequest.Plain(Class, $"{method} {path}", $"{method} {path}", 405, method == "HEAD" ? null : "method_not_allowed") with { Sender = Sender.Admin };
}
