# SPDX-License-Identifier: GPL-3.0-or-later
# The libraries assay stands on. All are Debian packages.
find_package(PkgConfig REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(PROTOBUF_C REQUIRED IMPORTED_TARGET libprotobuf-c>=1.4)
pkg_check_modules(LIBXML2 REQUIRED IMPORTED_TARGET libxml-2.0)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(INIH REQUIRED IMPORTED_TARGET inih)
# The service surface: what it asks with, and what it serves with.
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl>=7.85)
pkg_check_modules(MICROHTTPD REQUIRED IMPORTED_TARGET libmicrohttpd>=0.9.75)
# What the adapters of other protocols speak with; the harness links neither.
pkg_check_modules(OLM REQUIRED IMPORTED_TARGET olm>=3.2)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)
find_program(PROTOC_C protoc-c REQUIRED)

# libsignal-protocol-c exports an embedded protobuf-c 1.1.1: whoever links both must name the real one first.
find_library(SIGNAL_PROTOCOL_LIBRARY signal-protocol-c REQUIRED)
find_path(SIGNAL_PROTOCOL_INCLUDE signal/signal_protocol.h REQUIRED)
add_library(signal_protocol INTERFACE)
target_include_directories(signal_protocol SYSTEM INTERFACE ${SIGNAL_PROTOCOL_INCLUDE})
target_link_libraries(signal_protocol INTERFACE PkgConfig::PROTOBUF_C ${SIGNAL_PROTOCOL_LIBRARY} m)
# CMake orders libraries as it likes; options stand before all of them. tests/unit/cli/commands_test.c asks the linked
# library for its version.
target_link_options(signal_protocol INTERFACE
    "SHELL:-Wl,--push-state,--no-as-needed ${PROTOBUF_C_LINK_LIBRARIES} -Wl,--pop-state")
