update products set stock = stock - 1, version = version + 1, updated_at = now() where id = '019b0000-0000-7000-8000-000000000000';
