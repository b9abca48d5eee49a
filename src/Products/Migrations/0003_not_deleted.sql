-- The list with include=inactive, newest first: as quick with a million deleted products in between.
create index products_not_deleted on products (id desc) where deleted_at is null;
