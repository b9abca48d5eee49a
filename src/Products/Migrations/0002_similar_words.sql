-- Similarity of words, for searches with typing errors. The owner of a database may create it without being superuser.
create extension if not exists pg_trgm;

-- Every word that ever stood in a name or a description. Comparing a mistyped word with these, and then looking for the
-- right one, costs the same whatever the length of the descriptions; comparing it with the descriptions themselves
-- took seconds with 30,000 products.
create table product_words (
  word text not null,
  constraint product_words_pkey primary key (word)
);

create index product_words_similar on product_words using gin (word gin_trgm_ops);

create function remember_product_words() returns trigger language plpgsql as $$
begin
  -- Always in the same order: two products with the same new words wait for each other, but never deadlock.
  insert into product_words (word)
  select word
  from unnest(tsvector_to_array(to_tsvector('simple', concat_ws(' ', new.name, new.description)))) as word
  where char_length(word) between 3 and 40
  order by word
  on conflict do nothing;
  return null;
end $$;

create trigger products_remember_words after insert or update of name, description on products
for each row execute function remember_product_words();

grant select, insert on product_words to :service_role;
