namespace GoCart.Users;

/// <summary>What users writes into the audit log.</summary>
internal static class AuditActions
{
    public const string SignInSucceeded = "sign_in.succeeded";
    public const string SignInFailed = "sign_in.failed";
    public const string SignInThrottled = "sign_in.throttled";
    public const string SessionEnded = "session.ended";
    public const string RefreshTokenReused = "refresh_token.reused";
    public const string PasswordChanged = "password.changed";
    public const string AccountChanged = "account.changed";
    public const string AccountErased = "account.erased";
    public const string AccountRead = "account.read";
    public const string AccountsListed = "accounts.listed";
}
