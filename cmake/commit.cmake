# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DSOURCE=... -DOUT=... [-DCOMMIT=...] -P commit.cmake: writes OUT, the definition of commit_id (cli/versions.h),
# when it is another than before. COMMIT is for sources without git.
cmake_minimum_required(VERSION 3.25)
if(NOT COMMIT AND EXISTS ${SOURCE}/.git)
    execute_process(COMMAND git -C ${SOURCE} describe --always --abbrev=12 --exclude=* --dirty=+
        OUTPUT_VARIABLE COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT COMMIT MATCHES "^[0-9A-Za-z.+-]*$")
    message(FATAL_ERROR "not a commit: ${COMMIT}")
endif()
file(CONFIGURE OUTPUT ${OUT} CONTENT "#include \"cli/versions.h\"\n\nconst char commit_id[] = \"${COMMIT}\";\n" @ONLY)
