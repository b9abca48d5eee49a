-- How often the password of an account was asked for once more by whoever is signed in, in a minute that begins with the first time.
-- Right ones count, too: each costs a hash or two. Here and not in the memory of a copy, so that another copy is no way around it.
create table password_checks (
  user_id uuid not null,
  count int not null,
  began_at timestamptz not null,
  constraint password_checks_pkey primary key (user_id),
  constraint password_checks_user_id_fkey foreign key (user_id) references users (id) on delete cascade,
  constraint password_checks_count_check check (count > 0)
);

create index password_checks_began_at_idx on password_checks (began_at);

grant select, insert, delete on password_checks to :service_role;
grant update (count, began_at) on password_checks to :service_role;
