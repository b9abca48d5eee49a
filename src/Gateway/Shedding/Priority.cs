namespace GoCart.Gateway.Shedding;

/// <summary>What a request is for. A route's metadata names it in appsettings.json; <see cref="Shopping"/> where it names none.</summary>
internal enum Priority
{
    /// <summary>Looking at products: turned away first.</summary>
    Browsing,

    /// <summary>
    /// Looking for products by words, which takes longer the more there are; products itself lets in few at a time. Not a route
    /// of its own, but browsing with <c>?q=</c>.
    /// </summary>
    Searching,

    /// <summary>The cart, the account, looking at orders.</summary>
    Shopping,

    /// <summary>What hashes a password, which takes long on purpose; users itself lets in few at a time.</summary>
    SigningIn,

    /// <summary>Ordering, cancelling and what staff do: turned away last.</summary>
    Ordering,
}
