-- Who may enter this database, and what a statement may write aside. PostgreSQL copies neither from
-- a template, so both are said in each database, the copies too. Run by the superuser; running it
-- again changes nothing.
DO $$
BEGIN
    EXECUTE format('ALTER DATABASE %I OWNER TO troovon_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    -- Of the roles of spaces only those connect that were given a login of their own.
    EXECUTE format(
        'GRANT CONNECT ON DATABASE %I TO troovon_app, troovon_owner, troovon_shared',
        current_database()
    );
    -- A statement that sorts more than this fails, before the disk is full for everybody. Only a
    -- superuser may set it: no login of the product lifts it for itself.
    EXECUTE format('ALTER DATABASE %I SET temp_file_limit = %L', current_database(), '1GB');
END
$$;
