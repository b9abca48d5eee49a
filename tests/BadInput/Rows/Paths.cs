namespace GoCart.Tests.BadInput.Rows;

/// <summary>Paths that another reader could take for another route. Asked by an administrator, who may do everything.</summary>
internal static class Paths
{
    private const string Class = "path";

    private static readonly string[] Targets =
    [
        "/api/products/..%2f..%2finternal%2fproducts", "/api/products/%2e%2e/%2e%2e/internal/products", "/api/products/%252e%252e%252finternal",
        "/api/products/../../internal/products", "/api/products/./x", "/api/products/..;/internal", "/api/products;/../../internal",
        "/api/products/;id=1", "/api;x=1/products", "/api//products", "//api/products", "///api/products", "/api/products//", "/api\\products",
        "/api/products\\..\\..\\admin", "/api/products/%5c..%5cadmin", "/api/products/%00", "/api/products%00/x", "/api/products/%0d%0aX-Role:%20admin",
        "/api/products/%0a", "/api/products/%09", "/api/products/%7f", "/api/products/%3b", "/api/products/%2F", "/api/products/%25", "/api/products/%u002f",
        "/api/products/%2", "/api/products/%", "/api/products/%zz", "/api/products/%c0%ae%c0%ae/x", "/api/products/%c0%af", "/api/products/%e0%80%af",
        "/api/products/%ff", "/api/products/%c3", "/api/products/%ed%a0%80", "/api/products/", "/api/products/x/", "/api/products/x/y", "/api/p%72oducts", "/%61pi/products",
        "/API/products", "/api/Products", "/ADMIN/products", "/Admin/Products", "/admin%2Fproducts", "/admin/products%2f", "/admin/products/", "/admin/./products",
        "/admin/../admin/products", "/api/../admin/products", "/api/products/..%2f..%2fadmin%2fproducts", "/api/ａdmin", "/admin/products.json", "/admin/products/.", "/admin/products/..",
        "/admin", "/api", "/.", "/..", "/api/.", "/%2e", "/%2e%2e/%2e%2e/etc/passwd", "/..%c0%af..%c0%afetc/passwd", "/api/products/{product}/stock", "/api/products/{product}/",
        "/api/products/{product}.json", "/.git/config", "/.env", "/appsettings.json", "/web.config", "/swagger/v1/swagger.json", "/actuator/health", "/metrics", "/debug", "/server-status",
        "/wp-login.php", "/favicon.ico", "/robots.txt", "/alive/", "/HEALTH", "/api/products/~", "/~root", "/api/products/..", "/api/products/%20/..", "/api/products/a%2fb",
    ];

    private static readonly string[] Internal =
    [
        "/internal", "/internal/", "/internal/cart", "/internal/cart/ordered", "/internal/products?ids={product}", "/internal/revoked-sessions",
        "/internal/orders/{order}/timeline", "/Internal/cart", "//internal/cart", "/internal;/cart", "/%69nternal/cart", "/internal%2fcart", "/api/../internal/cart", "/.well-known/jwks.json",
        "/api/internal/cart", "/admin/internal/cart", "/carts/internal/cart", "/internal/health", "/users/health", "/health/users",
    ];

    public static IEnumerable<BadRequest> Rows =>
    [
        // An id may be written in any way but these; what is no route is not found, and some targets are none at all.
        .. Targets.Select(target => Row(target, $"GET {target}")),
        .. Internal.Select(target => Row(target, $"GET {target}") with { Door = Door.Gateway }),
        Row("out of the cart to what orders may do", "DELETE /api/cart/items/..%2f..%2f..%2finternal%2fcart%2f{item}") with { Door = Door.Gateway },
        Row("out of the cart", "DELETE /api/cart/items/%2e%2e"),
        Row("out of the cart, twice in escapes", "DELETE /api/cart/items/%252e%252e%252f"),
        Row("out of the orders", "DELETE /api/orders/../cart"),
        Row("an absolute target with dots", "GET http://localhost/api/x/../products"),
        Row("an absolute target with a slash at the end", "GET http://localhost/api/products/"),
        Row("an absolute target in another case", "GET http://localhost/API/products"),
        Row("an absolute target with escapes", "GET http://localhost/%61pi/products"),
        Row("an absolute target with a fragment", "GET http://localhost/api/products#/x"),
        Row("an absolute target with a fragment after an id", "GET http://localhost/api/products/{product}#x"),
        Row("an absolute target without a path", "GET http://localhost?/api/products"),
        Row("an absolute target with a user", "GET http://admin:x@localhost/api/products"),
        Row("an absolute target elsewhere", "GET http://evil.example/api/products"),
        Row("another scheme", "GET ftp://localhost/api/products"),
        Row("a file", "GET file:///etc/passwd"),
        Row("no slash", "GET api/products"),
        Row("an asterisk", "GET *") with { OrStatus = 405 },
        Row("a fragment", "GET /api/products#x"),
        Row("a fragment after an id", "GET /api/products/{product}#x"),
        Row("a path of 3,900 characters", $"GET /api/products/{new string('a', 3_900)}/x"),
        Row("100 segments", $"GET /api/products{string.Concat(Enumerable.Repeat("/x", 1_000))}"),
        Row("a blank in the target", "GET /api/products /x"),
        Row("two targets", "GET /api/products /admin/products"),
    ];

    private static BadRequest Row(string name, string line) =>
        BadRequest.Plain(Class, name, line, 404, null) with { Sender = Sender.Admin, OrStatus = 400 };
}
