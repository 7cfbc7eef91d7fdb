@echo off
rem Runs npu4j: finds a JDK 25 or newer, builds once (and again when a source is newer than the
rem jar), and starts the command. What the build says goes to standard error.
setlocal EnableExtensions DisableDelayedExpansion
set "WANTED=25"
set "ROOT=%~dp0"
set "JAR=%ROOT%target\npu4j.jar"

set "JDK="
if defined JAVA_HOME call :consider "%JAVA_HOME%"
if not defined JDK for /f "delims=" %%J in ('where java 2^>nul') do if not defined JDK call :consider "%%~dpJ.."
for %%P in ("%ProgramFiles%\Java" "%ProgramFiles%\Eclipse Adoptium" "%ProgramFiles%\Microsoft" "%ProgramFiles%\Zulu" "%ProgramFiles%\BellSoft" "%ProgramFiles%\Amazon Corretto" "%LOCALAPPDATA%\Programs\Eclipse Adoptium" "%USERPROFILE%\.jdks") do (
  if not defined JDK for /d %%J in ("%%~P\*") do if not defined JDK call :consider "%%~J"
)
if not defined JDK (
  echo npu4j: a JDK %WANTED% or newer is needed and none was found. Install one, or set JAVA_HOME to it. 1>&2
  exit /b 3
)

call :outofdate
if errorlevel 1 goto run
call :build
if errorlevel 1 exit /b 4

:run
set "CACHE=%ROOT%target\npu4j-%VERSION%.aot"
set "AOT="
if exist "%CACHE%" set "AOT=-XX:AOTCache=%CACHE%"
if defined AOT (
  "%JDK%\bin\java.exe" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -XX:+DisplayVMOutputToStderr -Xlog:disable -Xlog:all=error:stderr "%AOT%" -cp "%JAR%" io.github.npu4j.cli.Main %*
) else (
  "%JDK%\bin\java.exe" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -XX:+DisplayVMOutputToStderr -Xlog:disable -Xlog:all=error:stderr -cp "%JAR%" io.github.npu4j.cli.Main %*
)
exit /b %ERRORLEVEL%

rem Sets JDK and VERSION if the folder holds one that is new enough.
:consider
if not exist "%~1\bin\java.exe" exit /b 1
if not exist "%~1\release" exit /b 1
set "FEATURE="
set "RUNTIME="
for /f "usebackq tokens=1,2 delims==" %%K in ("%~1\release") do (
  if "%%K"=="JAVA_VERSION" set FEATURE=%%L
  if "%%K"=="JAVA_RUNTIME_VERSION" set RUNTIME=%%L
)
if not defined FEATURE exit /b 1
set FEATURE=%FEATURE:"=%
if not defined RUNTIME set "RUNTIME=%FEATURE%"
set RUNTIME=%RUNTIME:"=%
for /f "tokens=1 delims=.-+" %%V in ("%FEATURE%") do set "FEATURE=%%V"
if %FEATURE% LSS %WANTED% exit /b 1
set "JDK=%~f1"
set "VERSION=%RUNTIME%"
exit /b 0

rem Answers 0 when the jar is missing or older than a source.
:outofdate
if not exist "%JAR%" exit /b 0
if not exist "%ROOT%pom.xml" exit /b 1
powershell -NoProfile -ExecutionPolicy Bypass -Command "$j=(Get-Item -LiteralPath $env:JAR).LastWriteTimeUtc; Set-Location -LiteralPath $env:ROOT; $n=Get-ChildItem src\*\src\main,src\*\src\generated,src\*\pom.xml,models\catalog.json,pom.xml -Recurse -File | Where-Object {$_.LastWriteTimeUtc -gt $j} | Select-Object -First 1; if ($n) {exit 0} else {exit 1}"
exit /b %ERRORLEVEL%

rem One build at a time: making a folder succeeds for one caller only; the other waits.
:build
if not exist "%ROOT%target" mkdir "%ROOT%target"
set "LOCK=%ROOT%target\build.lock"
:lock
mkdir "%LOCK%" 2>nul
if not errorlevel 1 goto locked
echo npu4j: waiting for another build; delete %LOCK% if there is none 1>&2
ping -n 3 127.0.0.1 >nul
goto lock
:locked
call :outofdate
if errorlevel 1 (
  rmdir "%LOCK%"
  exit /b 0
)
where mvn >nul 2>nul
if errorlevel 1 (
  echo npu4j: it is not built yet and Maven is missing. Install Maven ^(3.8 or newer^), then run this again. 1>&2
  rmdir "%LOCK%"
  exit /b 1
)
echo npu4j: building, once; this takes about half a minute 1>&2
if not defined JAVA_HOME set "JAVA_HOME=%JDK%"
del /q "%ROOT%target\npu4j-*.aot" 2>nul
call mvn -B -q -f "%ROOT%pom.xml" -P "!gates" -Dmaven.test.skip=true -Dmaven.compiler.failOnWarning=false package 1>&2
set "BUILT=%ERRORLEVEL%"
if %BUILT%==0 "%JDK%\bin\java.exe" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC "-XX:AOTCacheOutput=%ROOT%target\npu4j-%VERSION%.aot" -cp "%JAR%" io.github.npu4j.cli.StartupTraining >nul 2>nul
rmdir "%LOCK%"
exit /b %BUILT%
