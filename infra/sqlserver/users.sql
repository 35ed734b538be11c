-- The database of one service and its two users: the owner makes and changes the tables, the service works with them; it is granted what it needs by the owner.
-- sqlcmd -v Name=monthclose OwnerPassword=... ServicePassword=...
SET QUOTED_IDENTIFIER ON;
IF DB_ID(N'billing_$(Name)') IS NULL CREATE DATABASE [billing_$(Name)];
-- readers do not wait for writers; a service is not ready in a database that has it off
IF (SELECT is_read_committed_snapshot_on FROM sys.databases WHERE name = N'billing_$(Name)') = 0
    ALTER DATABASE [billing_$(Name)] SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE;
IF SUSER_ID(N'billing_$(Name)_owner') IS NULL CREATE LOGIN [billing_$(Name)_owner] WITH PASSWORD = N'$(OwnerPassword)';
IF SUSER_ID(N'billing_$(Name)') IS NULL CREATE LOGIN [billing_$(Name)] WITH PASSWORD = N'$(ServicePassword)';
GO
USE [billing_$(Name)];
IF USER_ID(N'billing_$(Name)_owner') IS NULL CREATE USER [billing_$(Name)_owner] FOR LOGIN [billing_$(Name)_owner];
IF USER_ID(N'billing_$(Name)') IS NULL CREATE USER [billing_$(Name)] FOR LOGIN [billing_$(Name)];
ALTER ROLE db_owner ADD MEMBER [billing_$(Name)_owner];
GO
