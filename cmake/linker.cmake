# SPDX-License-Identifier: GPL-3.0-or-later
# Tests are some two hundred programs: linked by the quicker linker that is there. What is delivered (a build type other than
# Debug) is linked by the compiler's own, so that the same sources give the same bytes on each machine.
if(CMAKE_BUILD_TYPE STREQUAL Debug)
    foreach(linker lld gold)
        find_program(ASSAY_LINKER_${linker} ld.${linker})
        if(ASSAY_LINKER_${linker})
            add_link_options(-fuse-ld=${linker})
            break()
        endif()
    endforeach()
endif()
