insert into users (id, email, password_hash, created_at, updated_at)
select ('0198f000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'user' || n || '@example.com', 'none', now(), now()
from generate_series(1, @users) n;
