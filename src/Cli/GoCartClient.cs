using System.Net;
using GoCart.Cli.Api;
using GoCart.Cli.Sessions;
using GoCart.Contracts.Carts;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Contracts.Users;

namespace GoCart.Cli;

/// <summary>Every route of the store that customers or staff use, typed.</summary>
/// <remarks>All of them throw <see cref="StoreProblemException"/> when the store refuses and <see cref="NoAnswerException"/> when it is away.</remarks>
internal sealed class GoCartClient(StoreConnection store) : IDisposable
{
    public ServerAddress Server => store.Server;

    public Session? Session => store.Sessions.Find(store.Server);

    /// <summary>From here on calls are sent for this person, and refused when somebody else is signed in.</summary>
    public void ActFor(Session session) => store.ActsFor = session.Email;

    public void Dispose() => store.Dispose();

    // Accounts

    public Task<Reply<UserResponse>> RegisterAsync(Credentials credentials, CancellationToken cancellationToken) =>
        SendAsync<UserResponse>(
            new Call(HttpMethod.Post, "/api/users") { Body = credentials, CarriesSecret = true }, cancellationToken);

    /// <summary>Signs in, and keeps the session for the next commands; one that was there before ends.</summary>
    public async Task<Reply<LoginResponse>> LoginAsync(Credentials credentials, CancellationToken cancellationToken)
    {
        var call = new Call(HttpMethod.Post, "/api/login") { Body = credentials, CarriesSecret = true };
        using var response = await store.SendAsync(call, cancellationToken);
        var login = await store.ReadAsync<LoginResponse>(response, cancellationToken);
        var refreshToken = StoreConnection.SetCookie(response)
            ?? throw new CliException(ExitCode.Failed, $"{Server} signed you in without a refresh token.");

        var session = new Session(login.Value.User.Email, login.Value.User.Role, login.Value.Token, refreshToken);
        Session? before;
        using (var locked = await store.Sessions.LockAsync(cancellationToken))
        {
            before = locked.Find(Server);
            locked.Save(Server, session);
        }

        ActFor(session);
        if (before is not null)
            await TryRevokeAsync(before, cancellationToken);
        return login;
    }

    /// <summary>Signs out here first, so that it also works while the store is away, and then at the store.</summary>
    /// <returns>False if nobody was signed in.</returns>
    /// <exception cref="CliException">Signed out here only.</exception>
    public async Task<bool> LogoutAsync(CancellationToken cancellationToken)
    {
        Session? session;
        using (var locked = await store.Sessions.LockAsync(cancellationToken))
        {
            session = locked.Find(Server);
            if (session is null)
                return false;
            store.OwnSession(session);
            locked.Remove(Server);
        }

        store.ActsFor = null;
        return await TryRevokeAsync(session, cancellationToken) is not { } failure
            ? true
            : throw new CliException(
                failure.ExitCode,
                $"You are signed out here, but the store could not be told: {failure.Message}",
                "There the session ends when it has not been used for some weeks.");
    }

    /// <returns>Null, or why the store did not end it. It cannot be used from here any more in either case.</returns>
    private async Task<CliException?> TryRevokeAsync(Session session, CancellationToken cancellationToken)
    {
        var call = new Call(HttpMethod.Post, "/api/revoke") { RefreshToken = session.RefreshToken };
        try
        {
            using var response = await store.SendAsync(call, cancellationToken);
            return null;
        }
        catch (CliException e)
        {
            return e;
        }
    }

    public Task<Reply<UserResponse>> GetMeAsync(CancellationToken cancellationToken) =>
        SendAsync<UserResponse>(SignedIn(HttpMethod.Get, "/api/me"), cancellationToken);

    public Task ChangePasswordAsync(NewPassword passwords, CancellationToken cancellationToken) =>
        SendAsync(SignedIn(HttpMethod.Post, "/api/me/password") with { Body = passwords, CarriesSecret = true }, cancellationToken);

    /// <summary>Erases the account at the store, and then its session here.</summary>
    public async Task EraseAccountAsync(string password, CancellationToken cancellationToken)
    {
        var call = SignedIn(HttpMethod.Delete, "/api/me") with { Body = new Erasure(password), CarriesSecret = true };
        await SendAsync(call, cancellationToken);
        using (var locked = await store.Sessions.LockAsync(cancellationToken))
            locked.Remove(Server);
        store.ActsFor = null;
    }

    /// <param name="id">Null ends all but this one.</param>
    public Task EndSessionsAsync(Guid? id, CancellationToken cancellationToken) =>
        SendAsync(SignedIn(HttpMethod.Delete, id is null ? "/api/me/sessions" : $"/api/me/sessions/{id}"), cancellationToken);

    public Task<Reply<AccountResponse>> ChangeAccountAsync(Guid id, AccountChange change, CancellationToken cancellationToken) =>
        SendAsync<AccountResponse>(SignedIn(HttpMethod.Patch, $"/admin/users/{id}") with { Body = change }, cancellationToken);

    // Products

    public Task<Reply<ProductResponse>> GetProductAsync(Guid id, CancellationToken cancellationToken) =>
        SendAsync<ProductResponse>(new Call(HttpMethod.Get, $"/api/products/{id}"), cancellationToken);

    /// <summary>For staff: also one that is not on sale.</summary>
    public Task<Reply<ProductResponse>> GetAnyProductAsync(Guid id, CancellationToken cancellationToken) =>
        SendAsync<ProductResponse>(SignedIn(HttpMethod.Get, $"/admin/products/{id}"), cancellationToken);

    public Task<Reply<ProductResponse>> CreateProductAsync(
        NewProduct product, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var call = SignedIn(HttpMethod.Post, "/admin/products") with { Body = product, IdempotencyKey = idempotencyKey };
        return SendAsync<ProductResponse>(call, cancellationToken);
    }

    /// <param name="version">Changes it only if it still is at this version; null changes it in any case.</param>
    public Task<Reply<ProductResponse>> UpdateProductAsync(
        Guid id, ProductChanges changes, long? version, CancellationToken cancellationToken)
    {
        var call = SignedIn(HttpMethod.Patch, $"/admin/products/{id}") with
        {
            Body = changes.Fields,
            IfMatch = version is { } expected ? $"\"{expected}\"" : null,
        };
        return SendAsync<ProductResponse>(call, cancellationToken);
    }

    public Task DeleteProductAsync(Guid id, CancellationToken cancellationToken) =>
        SendAsync(SignedIn(HttpMethod.Delete, $"/admin/products/{id}"), cancellationToken);

    // Cart

    public Task<Reply<CartResponse>> GetCartAsync(CancellationToken cancellationToken) =>
        SendAsync<CartResponse>(SignedIn(HttpMethod.Get, "/api/cart"), cancellationToken);

    public Task<Reply<CartItemResponse>> AddToCartAsync(Guid productId, int quantity, CancellationToken cancellationToken)
    {
        var call = SignedIn(HttpMethod.Post, "/api/cart/items") with { Body = new NewCartItem(productId, quantity) };
        return SendAsync<CartItemResponse>(call, cancellationToken);
    }

    public Task<Reply<CartItemResponse>> ChangeQuantityAsync(Guid itemId, int quantity, CancellationToken cancellationToken)
    {
        var call = SignedIn(HttpMethod.Patch, $"/api/cart/items/{itemId}") with { Body = new NewQuantity(quantity) };
        return SendAsync<CartItemResponse>(call, cancellationToken);
    }

    public Task RemoveFromCartAsync(Guid itemId, CancellationToken cancellationToken) =>
        SendAsync(SignedIn(HttpMethod.Delete, $"/api/cart/items/{itemId}"), cancellationToken);

    public Task ClearCartAsync(CancellationToken cancellationToken) =>
        SendAsync(SignedIn(HttpMethod.Delete, "/api/cart"), cancellationToken);

    // Orders

    /// <param name="waitSeconds">How long the store may hold its answer until the stock is decided; null for not at all.</param>
    public Task<Reply<OrderResponse>> PlaceOrderAsync(
        long expectedTotalCents, string idempotencyKey, int? waitSeconds, CancellationToken cancellationToken)
    {
        var call = SignedIn(HttpMethod.Post, "/api/orders") with
        {
            Body = new NewOrder(expectedTotalCents),
            IdempotencyKey = idempotencyKey,
            WaitSeconds = waitSeconds,
        };
        return SendAsync<OrderResponse>(call, cancellationToken);
    }

    public Task<Reply<OrderResponse>> GetOrderAsync(Guid id, CancellationToken cancellationToken) =>
        SendAsync<OrderResponse>(SignedIn(HttpMethod.Get, $"/api/orders/{id}"), cancellationToken);

    /// <summary>For staff: anybody's.</summary>
    public Task<Reply<OrderResponse>> GetAnyOrderAsync(Guid id, CancellationToken cancellationToken) =>
        SendAsync<OrderResponse>(SignedIn(HttpMethod.Get, $"/admin/orders/{id}"), cancellationToken);

    /// <summary>For staff: what happened to it, in all services.</summary>
    public Task<Reply<OrderTimeline>> GetOrderTimelineAsync(Guid id, CancellationToken cancellationToken) =>
        SendAsync<OrderTimeline>(SignedIn(HttpMethod.Get, $"/admin/orders/{id}/timeline"), cancellationToken);

    /// <returns>Null while the order is still as <paramref name="known"/> has it.</returns>
    public async Task<Reply<OrderResponse>?> GetOrderIfChangedAsync(
        Reply<OrderResponse> known, CancellationToken cancellationToken)
    {
        var call = SignedIn(HttpMethod.Get, $"/api/orders/{known.Value.Id}") with { IfNoneMatch = known.ETag };
        using var response = await store.SendAsync(call, cancellationToken);
        return response.StatusCode == HttpStatusCode.NotModified
            ? null
            : await store.ReadAsync<OrderResponse>(response, cancellationToken);
    }

    public Task<Reply<OrderResponse>> CancelOrderAsync(Guid id, CancellationToken cancellationToken) =>
        SendAsync<OrderResponse>(SignedIn(HttpMethod.Delete, $"/api/orders/{id}"), cancellationToken);

    public Task<Reply<OrderResponse>> SetOrderStatusAsync(Guid id, string status, CancellationToken cancellationToken)
    {
        var call = SignedIn(HttpMethod.Patch, $"/admin/orders/{id}") with { Body = new NewStatus(status) };
        return SendAsync<OrderResponse>(call, cancellationToken);
    }

    // Lists

    /// <summary>Follows a list page by page until it ends or <paramref name="count"/> items are there.</summary>
    public async Task<Page<T>> GetListAsync<T>(ListOf<T> list, int count, CancellationToken cancellationToken)
    {
        var items = new List<T>();
        var raw = new List<string>();
        string? next = list.Path(Math.Clamp(count, 1, ListOf<T>.LargestPage));

        while (next is not null && items.Count < count)
        {
            var page = await GetPageAsync(list, next, cancellationToken);
            items.AddRange(page.Items);
            raw.AddRange(page.RawItems);
            next = page.Next;
        }

        // A last page may bring more than was asked for.
        if (items.Count > count)
            return new Page<T>(items[..count], raw[..count], next ?? "more");

        return new Page<T>(items, raw, next);
    }

    /// <param name="path">The list's own path, or the <see cref="Page{T}.Next"/> of the page before.</param>
    public async Task<Page<T>> GetPageAsync<T>(ListOf<T> list, string path, CancellationToken cancellationToken)
    {
        var call = new Call(HttpMethod.Get, path) { SignedIn = list.SignedIn };
        using var response = await store.SendAsync(call, cancellationToken);
        return await store.ReadPageAsync<T>(response, cancellationToken);
    }

    private static Call SignedIn(HttpMethod method, string path) => new(method, path) { SignedIn = true };

    private async Task<Reply<T>> SendAsync<T>(Call call, CancellationToken cancellationToken)
    {
        using var response = await store.SendAsync(call, cancellationToken);
        return await store.ReadAsync<T>(response, cancellationToken);
    }

    private async Task SendAsync(Call call, CancellationToken cancellationToken)
    {
        using var response = await store.SendAsync(call, cancellationToken);
    }
}
