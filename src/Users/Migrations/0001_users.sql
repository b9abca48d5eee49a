-- Who has an account. The e-mail is kept as it is compared: trimmed and in ASCII lower case.
create table users (
  id uuid not null,
  email text not null,
  password_hash text not null,
  role text not null default 'customer',
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint users_pkey primary key (id),
  constraint users_email_key unique (email),
  constraint users_email_check check (char_length(email) between 3 and 254),
  constraint users_role_check check (role in ('customer', 'admin'))
);

-- The service may not name a role: whatever goes wrong in it, it can make customers and nothing else. Administrators are
-- made by the role that owns the database.
grant select on users to :service_role;
grant insert (id, email, password_hash, created_at, updated_at) on users to :service_role;
grant update (password_hash) on users to :service_role;
