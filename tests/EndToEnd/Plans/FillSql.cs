namespace GoCart.Tests.EndToEnd.Plans;

/// <summary>What years of trade leave in the databases.</summary>
internal static class FillSql
{
    public static string Of(string service) => Begin + service switch
    {
        "users" => Users,
        "products" => Products + Messages + Keys + Audit,
        "carts" => Carts + Messages,
        "orders" => Orders + Messages + Keys + Audit,
        _ => throw new ArgumentOutOfRangeException(nameof(service)),
    };

    /// <summary>Without the triggers and the foreign keys, which would look at each row.</summary>
    private const string Begin =
        """
        set session_replication_role = replica;

        """;

    private const string Users =
        """
        insert into users (id, email, password_hash, role, created_at, updated_at)
        select md5('user ' || n)::uuid, 'old' || n || '@example.com', 'none', case n when 17 then 'admin' else 'customer' end, now(), now()
        from generate_series(1, :rows) n;

        insert into sessions (id, user_id, created_at, expires_at, ended_at, end_reason)
        select md5('session ' || n)::uuid, md5('user ' || n)::uuid, now() - interval '5 d',
          now() + interval '9 d', case when n % 2 = 0 then now() - interval '2 h' end, case when n % 2 = 0 then 'signed_out' end
        from generate_series(1, :rows) n;

        insert into refresh_tokens (token_hash, session_id, issued_at, expires_at)
        select sha256(('token ' || n)::bytea), md5('session ' || n)::uuid, now() - interval '5 d', now() + interval '9 d'
        from generate_series(1, :rows) n;

        insert into sign_in_failures (key, kind, failures, last_failed_at)
        select sha256(('failure ' || n)::bytea), 'account', 1, now() - interval '1 min' from generate_series(1, :rows) n;

        insert into failed_sign_ins (account_hash, failures, last_failed_at)
        select sha256(('failure ' || n)::bytea), 1, now() - interval '1 min' from generate_series(1, :rows) n;

        insert into known_addresses (user_id, address_hash, last_sign_in_at)
        select md5('user ' || n)::uuid, sha256(('address ' || n)::bytea), now() - interval '5 d' from generate_series(1, :rows) n;

        -- Not over before the test is.
        insert into password_checks (user_id, count, began_at)
        select md5('user ' || n)::uuid, 1, now() + interval '1 h' from generate_series(1, :rows) n;

        """ + Audit;

    private const string Products =
        """
        -- A search ranks all that it finds: one product of two hundred is a kettle.
        insert into products (id, name, description, price_cents, stock, is_active, created_at, updated_at, deleted_at)
        select md5('product ' || n)::uuid, case n % 200 when 0 then 'Kettle' else 'Thing' end || ' number ' || n, 'Has ' || md5(n::text), 1999, 1000, n % 10 <> 0, now(), now(),
          case when n % 7 = 0 then now() end
        from generate_series(1, :rows) n;

        insert into product_words (word) select md5(n::text) from generate_series(1, :rows) n union values ('kettle');

        insert into stock_ledger (product_id, kind, delta, at)
        select md5('product ' || n)::uuid, 'initial', 1000, now() from generate_series(1, :rows) n;
        insert into stock_ledger (product_id, kind, delta, order_id, at)
        select md5('product ' || n)::uuid, 'sale', -1, md5('order ' || n)::uuid, now() from generate_series(1, :rows) n;

        insert into order_stock (order_id, state, decided_at)
        select md5('order ' || n)::uuid, 'reserved', now() from generate_series(1, :rows) n;

        """;

    private const string Carts =
        """
        insert into carts (id, user_id, version, created_at, updated_at)
        select md5('cart ' || n)::uuid, md5('user ' || n)::uuid, 7, now(), now() from generate_series(1, :rows) n;

        insert into cart_items (id, cart_id, product_id, name, price_cents, quantity, created_version)
        select gen_random_uuid(), md5('cart ' || n)::uuid, md5('product ' || n)::uuid, 'Kettle number ' || n, 1999, 1, 7
        from generate_series(1, :rows) n;

        insert into ordered_carts (cart_id, cart_version, order_id, removed_at)
        select md5('cart ' || n)::uuid, 3, md5('order ' || n)::uuid, now() from generate_series(1, :rows) n;

        """;

    private const string Orders =
        """
        insert into orders (id, user_id, cart_id, cart_version, cart_ordered_version, status, stock_state, total_cents, currency, version, created_at, updated_at)
        select md5('order ' || n)::uuid, md5('user ' || n)::uuid, md5('cart ' || n)::uuid, 3, 0,
          (array['pending', 'paid', 'shipped', 'delivered'])[n % 4 + 1], 'reserved', 1999, 'USD', n % 4 + 2, now(), now()
        from generate_series(1, :rows) n;

        insert into order_items (order_id, product_id, id, position, name, quantity, price_cents, line_total_cents)
        select md5('order ' || n)::uuid, md5('product ' || n)::uuid, gen_random_uuid(), 1, 'Kettle number ' || n, 1, 1999, 1999
        from generate_series(1, :rows) n;

        insert into order_history (order_id, version, status, at)
        select md5('order ' || n)::uuid, version, 'pending', now() from generate_series(1, :rows) n, generate_series(1, 2) version;

        -- Every order waits here for a moment; so many do when products has been away for a while.
        insert into awaiting_stock (order_id, since, remind_at, message_id)
        select md5('order ' || n)::uuid, now(), now() + interval '1 h', gen_random_uuid() from generate_series(1, :rows) n;

        """;

    private const string Messages =
        """
        insert into outbox (message_id, exchange, type, body, sent_at)
        select gen_random_uuid(), 'orders', 'order.created', jsonb_build_object('order_id', md5('order ' || n)::uuid), now()
        from generate_series(1, :rows) n;

        insert into inbox (queue, message_id)
        select 'queue', gen_random_uuid() from generate_series(1, :rows) n;

        """;

    private const string Keys =
        """
        insert into idempotency_keys (user_id, key, fingerprint, status, body)
        select md5('user ' || n)::uuid, 'key ' || n, 'none', 201, '{}' from generate_series(1, :rows) n;

        """;

    private const string Audit =
        """
        insert into audit_log (id, at, action, actor_id, target_id)
        select gen_random_uuid(), now() - n * interval '1 min', 'product.changed', md5('user ' || n)::uuid, md5('product ' || n)::uuid
        from generate_series(1, :rows) n;

        """;
}
