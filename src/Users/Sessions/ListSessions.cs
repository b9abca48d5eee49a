using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Users;
using Npgsql;

namespace GoCart.Users.Sessions;

/// <summary>GET /api/me/sessions: where the account is signed in, newest first.</summary>
internal static class ListSessions
{
    public static async Task<PageResult<SessionResponse>> Handle(
        Page page, CurrentUser user, NpgsqlDataSource db, TimeProvider clock, CancellationToken cancellationToken)
    {
        // A session whose refresh token has run out cannot be renewed: it is over, although nobody has ended it.
        var sessions = await db.QueryAsync<SessionResponse>(
            """
            select id, id = @SessionId as is_current, address, created_at, token.issued_at as refreshed_at, sessions.expires_at
            from sessions
            join lateral (
                select issued_at, expires_at from refresh_tokens
                where session_id = sessions.id and retired_at is null) as token on token.expires_at > @now
            where user_id = @Id and ended_at is null and sessions.expires_at > @now and id < @before
            order by id desc limit @limit
            """,
            new
            {
                user.Id,
                user.SessionId,
                now = clock.GetUtcNow(),
                before = page.PositionId ?? Guid.AllBitsSet,
                limit = page.Limit + 1,
            },
            cancellationToken);
        return page.Of(sessions, session => session.Id);
    }
}
