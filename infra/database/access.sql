-- Who may enter this database. PostgreSQL does not copy these rights from a template, so they are
-- granted in each database, the copies too. Run by the superuser.
DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I OWNER TO troovon_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    -- Of the roles of spaces only those connect that were given a login of their own.
    EXECUTE format(
        'GRANT CONNECT ON DATABASE %I TO troovon_app, troovon_owner, troovon_shared',
        current_database()
    );
END
$$;
